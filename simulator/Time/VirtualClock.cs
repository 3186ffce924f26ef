namespace Lab.Simulator.Time;

/// <summary>Time that passes only when told to; the same calls give the same instants on every run.</summary>
public sealed class VirtualClock : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero); // any fixed instant would do

    private readonly PriorityQueue<Action, (long Due, long Order)> _due = new();
    private long _now; // ticks of 100 ns since the epoch
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(_now);

    /// <summary>Calls back when that much time has passed; appointments of one instant are kept in the order they were made.</summary>
    public void After(TimeSpan delay, Action action) => _due.Enqueue(action, (_now + delay.Ticks, _order++));

    /// <summary>Lets time pass, keeping every appointment on the way.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Time does not run backwards.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        long until = _now + time.Ticks;
        while (_due.TryPeek(out Action? action, out (long Due, long Order) first) && first.Due <= until)
        {
            _ = _due.Dequeue();
            _now = first.Due;
            action();
        }

        _now = until;
    }
}
