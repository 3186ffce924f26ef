using System.Collections.Immutable;
using Lab.Contract.Testbeds;

namespace Lab.Testbeds;

/// <summary>What came out of ports since somebody asked: deliveries, and apart from them what the host said by itself.</summary>
internal sealed class Arrivals(ImmutableArray<Guest> guests)
{
    private readonly Dictionary<GuestName, List<Delivery>> _deliveries = guests.ToDictionary(guest => guest.Name, _ => new List<Delivery>());
    private readonly List<(Delivery Frame, HostSpeech Speech)> _speeches = [];

    public void Add(GuestName at, ReadOnlySpan<byte> frame)
    {
        Delivery delivery = new(at, frame.ToArray());
        if (HostSpeeches.Of(frame) is { } speech)
        {
            _speeches.Add((delivery, speech));
        }
        else
        {
            _deliveries[at].Add(delivery);
        }
    }

    /// <summary>Grouped by port in the topology's order; they are gone from here.</summary>
    public ImmutableArray<Delivery> Take()
    {
        ImmutableArray<Delivery> taken = [.. guests.SelectMany(guest => _deliveries[guest.Name])];
        foreach (List<Delivery> delivered in _deliveries.Values)
        {
            delivered.Clear();
        }

        return taken;
    }

    /// <summary>The first frame in which the guest heard this; null when it has not.</summary>
    public Delivery? Heard(GuestHears what) =>
        _speeches.Find(spoken => spoken.Frame.At == what.Guest && spoken.Speech == what.Speech).Frame;

    /// <summary>A guest at a new port hears everything anew.</summary>
    public void Forget(GuestName guest) => _speeches.RemoveAll(spoken => spoken.Frame.At == guest);
}
