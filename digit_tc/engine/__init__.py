"""Many conversations: one compiled graph, bounded workers, one writer in scenario order, a resumable folder."""
