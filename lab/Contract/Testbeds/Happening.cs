using Lab.Engine.Packets;

namespace Lab.Contract.Testbeds;

/// <summary>Something that a world does by itself and in its own time: no frame of a guest brings it about at once.</summary>
public abstract record Happening
{
    private protected Happening()
    {
    }
}

/// <summary>The spanning tree has brought a guest's port to learning; it does not forward yet.</summary>
public sealed record PortLearns(GuestName Guest) : Happening;

/// <summary>The spanning tree has brought a guest's port to forwarding.</summary>
public sealed record PortForwards(GuestName Guest) : Happening;

/// <summary>A bridge that snoops heeds the querier that it heard: the query's time for answers is over.</summary>
/// <param name="Answers">How much time the query gave.</param>
public sealed record QuerierHeeded(InterfaceName Bridge, bool Version6, TimeSpan Answers) : Happening;

/// <summary>A guest hears a frame that the host's end of its cable sends unasked.</summary>
public sealed record GuestHears(GuestName Guest, HostSpeech Speech) : Happening;

/// <summary>What the devices of a host say by themselves, at times that they choose; deliveries leave it out.</summary>
public enum HostSpeech
{
    /// <summary>Nothing that a scenario can wait for: memberships of groups, questions for routers.</summary>
    Other,

    /// <summary>A bridge with spanning tree tells its neighbours of itself (IEEE 802.1D-1998 section 9.3.1).</summary>
    SpanningTreeHello,

    /// <summary>An IPv6 stack asks whether somebody has its address already (RFC 4862 section 5.4).</summary>
    AddressCheck,
}
