"""Papers as a public body issues them: PDF/UA-1, set by Typst with the project's own font."""
