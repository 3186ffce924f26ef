using Lab.Contract.Testbeds;
using Lab.Engine.Programs;

namespace Lab.Simulated;

/// <summary>The simulator as a testbed: the same topologies as in the kernel, on a virtual clock.</summary>
/// <param name="compile">From a port's filter use to its program; called for guests that have a filter.</param>
internal sealed class SimulatedTestbed(Func<Topology, Guest, FilterProgram> compile) : ITestbed
{
    public string Name => "simulator";

    public ILiveTopology Build(Topology topology) => new SimulatedTopology(topology, compile);

    public void Dispose()
    {
        // nothing is held: a topology is ordinary memory
    }
}
