using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Time;

public sealed class VirtualClockTests
{
    [Fact]
    public void Appointments_are_kept_in_order_of_time_and_then_of_making()
    {
        var clock = new VirtualClock();
        List<string> kept = [];
        clock.After(TimeSpan.FromSeconds(2), () => kept.Add("late"));
        clock.After(TimeSpan.FromSeconds(1), () => kept.Add("first"));
        clock.After(TimeSpan.FromSeconds(1), () => kept.Add("second"));
        clock.Advance(TimeSpan.FromSeconds(3));

        kept.Should().Equal("first", "second", "late");
    }

    [Fact]
    public void An_appointment_may_make_another_which_is_kept_if_it_falls_due()
    {
        var clock = new VirtualClock();
        long second = 0;
        clock.After(TimeSpan.FromSeconds(1), () => clock.After(TimeSpan.FromSeconds(1), () => second = clock.GetTimestamp()));
        clock.Advance(TimeSpan.FromSeconds(5));

        second.Should().Be(2 * clock.TimestampFrequency);
    }
}
