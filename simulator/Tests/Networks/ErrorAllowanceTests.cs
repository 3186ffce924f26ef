using Lab.Engine.Packets;
using Lab.Simulator.Networks;
using Lab.Simulator.Time;

namespace Lab.Simulator.Tests.Networks;

public sealed class ErrorAllowanceTests
{
    private static readonly Ipv4Address One = Ipv4Address.Parse("192.0.2.1"), Other = Ipv4Address.Parse("192.0.2.2");

    private readonly VirtualClock _clock = new();
    private readonly ErrorAllowance _allowance;

    public ErrorAllowanceTests() => _allowance = new(_clock);

    [Fact]
    public void Six_errors_are_told_at_once_and_then_one_a_second()
    {
        Enumerable.Range(0, 8).Select(_ => _allowance.AllowsError(One)).Should().Equal(true, true, true, true, true, true, false, false);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        _allowance.AllowsError(One).Should().BeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _allowance.AllowsError(One).Should().BeTrue();
    }

    [Fact]
    public void A_redirect_mutes_errors_to_the_same_station_for_a_second_and_to_no_other()
    {
        _allowance.AllowsRedirect(One).Should().BeTrue();

        _allowance.AllowsError(One).Should().BeFalse();
        _allowance.AllowsError(Other).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _allowance.AllowsError(One).Should().BeTrue();
    }

    /// <summary>Seen on Linux 6.18 with a packet every 70 ms (switching.md section 8.6).</summary>
    [Fact]
    public void Redirects_back_off()
    {
        List<int> told = [];
        for (int packet = 0; packet < 12; packet++)
        {
            if (_allowance.AllowsRedirect(One))
            {
                told.Add(packet);
            }

            _clock.Advance(TimeSpan.FromMilliseconds(70));
        }

        told.Should().Equal(0, 1, 3, 6, 11);
    }

    [Fact]
    public void After_nine_redirects_there_is_silence_until_the_station_has_been_quiet()
    {
        for (int i = 0; i < 9; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            _allowance.AllowsRedirect(One).Should().BeTrue();
        }

        _clock.Advance(TimeSpan.FromSeconds(15));
        _allowance.AllowsRedirect(One).Should().BeFalse();
        _clock.Advance(TimeSpan.FromSeconds(21));
        _allowance.AllowsRedirect(One).Should().BeTrue();
    }
}
