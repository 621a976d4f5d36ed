"""Staff: how they sign in and prove who they are, apart from residents."""
