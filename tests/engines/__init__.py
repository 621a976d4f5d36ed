"""The main job in three engines: Chromium, Firefox ESR and WebKitGTK, by one script."""
