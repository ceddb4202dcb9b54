"""What steps have in common that run programs: what these print, how they end, where they work, what they leave."""
