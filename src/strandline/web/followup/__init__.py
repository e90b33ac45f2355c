"""Today, next steps, handing over, and the team lead's page."""
