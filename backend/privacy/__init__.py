"""The privacy room: a resident's rights over their data (PIPL art. 13 to 17, 28 to 31, 35, 44 to 50)."""
