"""What files are, and what they hold: the text of documents, the members of archives, mailboxes and tables."""
