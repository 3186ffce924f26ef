using System.Text;
using Lab.Contract.Testbeds;
using Lab.Simulator.Switching;

namespace Lab.Simulated;

/// <summary>A simulated world as a testbed's topology: stimuli in, deliveries and reasons out.</summary>
internal sealed class SimulatedTopology(Topology topology, SimulatedWorld world) : ILiveTopology
{
    public Observation Send(IReadOnlyList<Stimulus> stimuli)
    {
        List<Decision> decisions = [];
        foreach (Stimulus stimulus in stimuli)
        {
            var account = new DecisionAccount();
            world.Watch(account);
            world.Send(stimulus);
            decisions.Add(account.Close(stimulus));
        }

        world.Watch(null);
        return new([.. topology.Guests.SelectMany(guest => world.TakeArrived(guest.Name))], [.. decisions]);
    }

    public string Describe()
    {
        StringBuilder text = new();
        foreach (Guest guest in topology.Guests)
        {
            string place = guest.At?.ToString() ?? "the bridge";
            text.AppendLine($"  {guest.Name} {guest.Mac} at {place}, " + (guest.Filter is { } use ? $"filter {use.Filter}" : "no filter"));
        }

        foreach ((string at, FateLedger fates) in world.Ledgers)
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
