using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Services;

/// <summary>Addresses in use, with the names that their holders sent or were given; a name server answers for them.</summary>
public interface INamedLeases
{
    IEnumerable<(string Name, IpNumber Address)> Names { get; }
}
