// The time of day as the screens see it: moves once a minute, so that "Today" ends at midnight
// without every row asking the clock. The source is passed in.

export class Clock {
  now = $state(0);

  constructor(private readonly read: () => number) {
    this.now = read();
  }

  /** Starts ticking; returns the way to stop. */
  start(): () => void {
    const timer = setInterval(() => (this.now = this.read()), 30_000);
    return () => clearInterval(timer);
  }
}
