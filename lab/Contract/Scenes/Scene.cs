using System.Collections.Immutable;
using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;

namespace Lab.Contract.Scenes;

/// <summary>One run of one scenario on one testbed: the world being described, then standing, and all that it saw.</summary>
/// <remarks>The topology is built when the first frame is sent; from then on it stands until the scenario ends.</remarks>
public sealed class Scene(ITestbed testbed, ImmutableDictionary<string, FilterDefinition> library) : IDisposable
{
    private readonly List<Exchange> _exchanges = [];
    private readonly List<Diagnostic> _remarks = [];
    private ILiveTopology? _live;
    private ImmutableArray<GuestDraft> _inForce = [];

    public TopologyDraft Draft { get; } = new(library);

    /// <summary>What stands; null before the first frame.</summary>
    public Topology? Topology { get; private set; }

    /// <summary>Everything sent and seen so far, in order.</summary>
    public IReadOnlyList<Exchange> Exchanges => _exchanges;

    /// <summary>What was found in the scenario's documents, and does not keep it from being carried out.</summary>
    public IReadOnlyList<Diagnostic> Remarks => _remarks;

    /// <summary>A document of the scenario, if it holds no error; what else was found in it is kept.</summary>
    /// <param name="document">Null when it holds one.</param>
    /// <exception cref="ScenarioMistakeException">With the errors.</exception>
    public T Understood<T>(T? document, ImmutableArray<Diagnostic> found) where T : class
    {
        _remarks.AddRange(found.Where(one => one.Severity != Severity.Error));
        return document ?? throw new ScenarioMistakeException([.. found.Where(one => one.Severity == Severity.Error)]);
    }

    /// <exception cref="ScenarioMistakeException">Nothing was sent yet.</exception>
    public Exchange Last => _exchanges.Count > 0 ? _exchanges[^1]
        : throw new ScenarioMistakeException("nothing was sent yet, so there is nothing to expect");

    /// <exception cref="TestbedException">The testbed could not build or carry it.</exception>
    public Exchange Send(params ImmutableArray<Stimulus> stimuli)
    {
        Exchange exchange = new(stimuli, Standing().Send(stimuli));
        _exchanges.Add(exchange);
        return exchange;
    }

    /// <summary>Puts the draft's filters and bindings into force now; else the next frame does, if they have changed.</summary>
    /// <exception cref="ScenarioMistakeException">Guests came or went, or a filter cannot be bound.</exception>
    public void Change()
    {
        if (_live is null)
        {
            return;
        }

        Topology next = Draft.ToTopology();
        if (!next.Guests.Select(guest => (guest.Name, guest.Mac)).SequenceEqual(Topology!.Guests.Select(guest => (guest.Name, guest.Mac))))
        {
            throw new ScenarioMistakeException("guests cannot be added once frames were sent; name them before");
        }

        _live.Change(next);
        Remember(next);
    }

    /// <summary>Takes all rules away behind the engine's back, until the next change.</summary>
    public void Flush() => Standing().Flush();

    /// <summary>Plugs a guest in at a new port of its bridge.</summary>
    /// <exception cref="ScenarioMistakeException">There is no such guest.</exception>
    public void Move(GuestName guest) => Standing().Move(Draft.Find(guest).Name);

    /// <summary>Takes a guest's port, a bridge or an uplink down, or brings it up again.</summary>
    public void SetLink(string device, bool up) => Standing().SetLink(device, up);

    /// <summary>Lets time pass for everything that stands.</summary>
    public void Wait(TimeSpan time) => Standing().Wait(time);

    /// <summary>Waits for something that happens by itself.</summary>
    public Exchange Await(Happening happening)
    {
        Exchange exchange = new([], Standing().Await(happening));
        _exchanges.Add(exchange);
        return exchange;
    }

    /// <summary>What the testbed can show a person; null while nothing stands.</summary>
    public string? Describe() => _live?.Describe();

    public void Dispose() => _live?.Dispose();

    private ILiveTopology Standing()
    {
        if (_live is null)
        {
            Topology first = Draft.ToTopology();
            _live = testbed.Build(first);
            Remember(first);
        }
        else if (!ReferenceEquals(Draft.Filters, Topology!.Filters) || !Draft.Guests.SequenceEqual(_inForce))
        {
            Change();
        }

        return _live;
    }

    private void Remember(Topology topology)
    {
        Topology = topology;
        _inForce = [.. Draft.Guests];
    }
}
