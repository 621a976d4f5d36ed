"""What people say is wrong with a page: anyone may say it, editors and clerks read it."""
