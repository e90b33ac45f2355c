"""The pages of accounts: allauth's views, drawn with this product's templates."""
