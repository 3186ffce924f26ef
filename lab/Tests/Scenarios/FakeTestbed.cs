using Lab.Contract.Testbeds;

namespace Lab.Tests.Scenarios;

/// <summary>A hub that can be told to lose or spoil what a guest receives.</summary>
internal sealed class FakeTestbed(string name, Func<Delivery, Delivery?>? change = null) : ITestbed
{
    public string Name => name;

    /// <summary>What it lacks for any topology; null if nothing.</summary>
    public string? Lacks { get; init; }

    /// <summary>A tag whose scenarios it cannot carry; null if there is none.</summary>
    public string? Beyond { get; init; }

    string? ITestbed.Lacks(IEnumerable<string> tags) => Beyond is not null && tags.Contains(Beyond) ? $"nothing for {Beyond}" : null;

    public int Built { get; private set; }

    public int Disposed { get; private set; }

    public ILiveTopology Build(Topology topology)
    {
        Built++;
        if (Lacks is not null)
        {
            throw new TestbedException($"web.xml:3:5: {Lacks}") { Abstention = Lacks };
        }

        return new Hub(this, topology);
    }

    public void Dispose()
    {
    }

    private sealed class Hub(FakeTestbed owner, Topology topology) : ILiveTopology
    {
        public Observation Send(IReadOnlyList<Stimulus> stimuli) => new(
            [.. topology.Guests.SelectMany(guest => stimuli.Where(sent => sent.From != guest.Name)
                .Select(sent => new Delivery(guest.Name, sent.Frame))
                .Select(delivery => owner.Change(delivery)).OfType<Delivery>())], []);

        public string Describe() => $"a hub called {owner.Name}";

        public void Dispose() => owner.Disposed++;
    }

    private Delivery? Change(Delivery delivery) => change is null ? delivery : change(delivery);
}
