"""Rules of subscriptions: checked where they are written, decided where articles come by and where one is tried."""
