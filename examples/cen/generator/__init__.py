"""What makes the worked example: its reports as data, a writer for each platform's export, the decisions on them."""
