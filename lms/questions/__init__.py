"""What a question is: shape, types, scoring, blueprints, file formats. Knows no Flask and no database."""
