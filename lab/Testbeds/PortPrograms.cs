using Lab.Contract.Bindings;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Programs;

namespace Lab.Testbeds;

/// <summary>From a guest's filter use to the program of its port, for every testbed alike.</summary>
internal static class PortPrograms
{
    /// <exception cref="ScenarioMistakeException">The filter cannot be instantiated; positions of rules and values tell why.</exception>
    public static FilterProgram Compile(Topology topology, Guest guest)
    {
        FilterUse use = guest.Filter!;
        CompileResult result = ProgramCompiler.Compile(topology.Filters, use.Filter, guest.Mac, use.Parameters, topology.Meaning);
        return result.Program ?? throw new ScenarioMistakeException(
            [.. result.Diagnostics.Where(found => found.Severity == Severity.Error)]);
    }
}
