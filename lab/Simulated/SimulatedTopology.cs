using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Programs;
using Lab.Simulator.Switching;
using Lab.Testbeds;

namespace Lab.Simulated;

/// <summary>A simulated world as a testbed's topology: stimuli in, deliveries and reasons out.</summary>
internal sealed class SimulatedTopology : ILiveTopology
{
    private readonly Func<Topology, Guest, FilterProgram> _compile;
    private readonly SimulatedWorld _world;
    private Topology _topology;

    /// <param name="compile">From a port's filter use to its program; called here and at every change.</param>
    public SimulatedTopology(Topology topology, Func<Topology, Guest, FilterProgram> compile)
    {
        _topology = topology;
        _compile = compile;
        _world = new(topology, guest => compile(topology, guest));
    }

    public Observation Send(IReadOnlyList<Stimulus> stimuli)
    {
        List<Decision> decisions = [];
        foreach (Stimulus stimulus in stimuli)
        {
            var account = new DecisionAccount();
            _world.Watch(account);
            _world.Send(stimulus);
            decisions.Add(account.Close(stimulus));
        }

        _world.Watch(null);
        return new(_world.TakeArrived(), [.. decisions]);
    }

    public void Change(Topology next)
    {
        _world.Change(next.Guests.Where(guest => guest.Filter is not null).ToDictionary(guest => guest.Name, guest => _compile(next, guest)));
        _topology = next;
    }

    public void Flush()
    {
        TestbedLimits.RequireFlushable(_topology);
        _world.Change(new Dictionary<GuestName, FilterProgram>());
    }

    public void Move(GuestName guest)
    {
        TestbedLimits.RequireMovable(_topology, guest);
        _world.Move(guest);
    }

    public void SetLink(string device, bool up)
    {
        TestbedLimits.RequireLink(_topology, device);
        _world.SetLink(device, up);
    }

    public void Wait(TimeSpan time) => _world.Wait(time);

    public Observation Await(Happening happening) => _world.Await(happening) is { } told ? new([told], []) : Send([]);

    public string Describe()
    {
        StringBuilder text = new();
        foreach (Guest guest in _topology.Guests)
        {
            string place = guest.At?.ToString() ?? "the bridge";
            text.AppendLine($"  {guest.Name} {guest.Mac} at {place}, " + (guest.Filter is { } use ? $"filter {use.Filter}" : "no filter"));
        }

        foreach ((string at, FateLedger fates) in _world.Ledgers)
        {
            foreach (FateInfo fate in Fates.All.Where(fate => fates[fate.Fate] > 0))
            {
                text.AppendLine($"  {at}: {fates[fate.Fate],6} × {fate.Sentence}");
            }
        }

        return text.ToString();
    }

    public void Dispose()
    {
        // nothing is held
    }
}
