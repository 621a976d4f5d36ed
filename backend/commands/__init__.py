"""What the zhangban command does, one module a family of subcommands."""
