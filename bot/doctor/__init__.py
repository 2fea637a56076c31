"""What is well and what is broken on this machine: each check looks, says what to do, and changes nothing."""
