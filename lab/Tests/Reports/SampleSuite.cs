using System.Reflection;
using Lab.Contract.Testbeds;
using Lab.Engine.Filters;
using Lab.Scenarios.Matching;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;
using Lab.Simulated;
using Lab.Testbeds;

namespace Lab.Tests.Reports;

/// <summary>A run in which everything happens that a report has to tell of: each outcome but refusal, and each kind of difference.</summary>
internal static class SampleSuite
{
    public const string File = "sample/spoofing.feature";

    private const string Text = """
        @sample
        Feature: Sample of outcomes
          What a report must be able to show.

          Background:
            Given a bridge with guests
              | guest | MAC               | address    | filter        |
              | alice | 52:54:00:00:00:0a | 192.0.2.10 | clean-traffic |
              | bob   | 52:54:00:00:00:0b | 192.0.2.11 |               |
              | carol | 52:54:00:00:00:0c | 192.0.2.12 |               |

          Scenario: Honest traffic arrives
            When alice sends a UDP datagram to bob port 53
            Then bob receives it

          @wrong
          Scenario: A wrong expectation about a spoofed MAC
            When alice sends a UDP datagram to bob with source MAC 52:54:00:00:00:99
            Then bob receives it

          Scenario: One testbed spoils a byte
            When bob sends a UDP datagram to carol port 666

          Scenario: One testbed loses a frame
            When bob sends a UDP datagram to carol port 13

          @wrong
          Scenario: A mistake in the XML
            Given the filter
              '''xml
              <filter name='no-telnet' chain='ipv4'>
                <rule action='drop' direction='out'>
                  <ip protocol='tcp' dstportstart='telnet'/>
                </rule>
              </filter>
              '''
            When bob sends a TCP SYN to carol port 23

          @wrong
          Scenario Outline: An unknown step
            When alice <does> to bob

            Examples:
              | does   |
              | yodels |
              | hums </script> <b>loudly</b> & "long" |
        """;

    public static SuiteResult Result { get; } = Run();

    public static ScenarioResult Scenario(string name) => Result.Scenarios.Single(result => result.Scenario.Name == name);

    private static SuiteResult Run()
    {
        StepLibrary steps = StepLibrary.From(Assembly.Load("Lab.Steps"));
        string text = Text.Replace("'''", "\"\"\"", StringComparison.Ordinal);
        Feature feature = FeatureReader.Read(File, text).Feature!;
        Suite suite = new([feature], [.. steps.Check(feature)]);
        SuiteRunner runner = new(steps, FilterLibrary.Stock, () => [Simulator(), new SpoilingTestbed(Simulator(), "twin", Spoil)]);
        return new(runner.Run(suite, 1, CancellationToken.None), suite.Mistakes, ["simulator", "twin"],
            [("kernel", "no privilege in this test")], 1, new(2024, 2, 29, 12, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(1.5));
    }

    private static SimulatedTestbed Simulator() => new(PortPrograms.Compile);

    private static Delivery? Spoil(Delivery delivery)
    {
        const int PortOffset = 14 + 20 + 2; // of the destination port in UDP over IPv4 without options
        byte[] frame = delivery.Frame.ToArray();
        int port = frame[PortOffset] << 8 | frame[PortOffset + 1];
        frame[^1] ^= port == 666 ? (byte)1 : (byte)0;
        return port == 13 ? null : delivery with { Frame = frame };
    }

    private sealed class SpoilingTestbed(ITestbed inner, string name, Func<Delivery, Delivery?> change) : ITestbed
    {
        public string Name => name;

        public ILiveTopology Build(Topology topology) => new Spoiled(inner.Build(topology), change);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Spoiled(ILiveTopology inner, Func<Delivery, Delivery?> change) : ILiveTopology
    {
        public Observation Send(IReadOnlyList<Stimulus> stimuli)
        {
            Observation seen = inner.Send(stimuli);
            return seen with { Deliveries = [.. seen.Deliveries.Select(change).OfType<Delivery>()] };
        }

        public string Describe() => inner.Describe();

        public void Dispose() => inner.Dispose();
    }
}
