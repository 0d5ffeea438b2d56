"""What a phone's app calls. Each request is signed with the phone's own key."""
