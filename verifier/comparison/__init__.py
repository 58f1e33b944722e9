"""What a change of a policy changes: two versions, compared by what they mean."""
