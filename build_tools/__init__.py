"""What makes a release: the long description, the single file, licences, bill of materials and check sums."""
