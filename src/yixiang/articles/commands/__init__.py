"""Everything that writes articles: typing (`writing`), moving (`publishing`), their files (`attaching`)."""
