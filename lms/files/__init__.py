"""What uploaded files hold: safe zip packages and XML, the text of Word files. Pure: knows no questions, no Flask."""
