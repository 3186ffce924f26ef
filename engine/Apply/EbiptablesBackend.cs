using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Rulesets;
using Lab.Engine.Rulesets.Ebiptables;

namespace Lab.Engine.Apply;

/// <summary>ebtables, iptables and ip6tables in libvirt's layout: one transaction per tool that has something to change.</summary>
/// <remarks>
/// It owns the chain names of libvirt (nwfilter.md section 4.4) and so cannot share a namespace with a libvirtd that
/// filters; rules of libvirt that <see cref="Restore"/> finds are taken over.
/// </remarks>
public sealed class EbiptablesBackend : IBackend
{
    private static readonly ImmutableArray<(TablesTool Tool, KernelTool Restorer)> Tools =
    [
        (TablesTool.Ebtables, KernelTool.EbtablesRestore),
        (TablesTool.Iptables, KernelTool.IptablesRestore),
        (TablesTool.Ip6tables, KernelTool.Ip6tablesRestore),
    ];

    public string Name => "ebiptables";

    public bool NeedsBridgeNetfilter => true;

    public Lowered<KernelChange> Change(IReadOnlyCollection<PortPolicy> before, IReadOnlyCollection<PortPolicy> after)
    {
        // What is loaded was accepted once, so lowering it again cannot be refused.
        PortTables[] loaded = [.. before.Select(EbiptablesLowering.Lower).Select(lowered => lowered.Value).OfType<PortTables>()];
        return Replace(tool => HeldTables.Of(tool, loaded), after);
    }

    public Lowered<KernelChange> Restore(IReadOnlySet<string> held, IReadOnlyCollection<PortPolicy> after) => Replace(
        tool => HeldTables.Read(tool, [HeldTables.TableLine(tool), .. held.Where(line => Is(line, tool)).Select(Rest)]), after);

    /// <summary>The lines of the <c>-save</c> tools that are about our chains, behind a word that names the tool.</summary>
    public ImmutableSortedSet<string> Holdings(IKernel kernel) =>
    [
        .. Tools.SelectMany(pair => HeldTables.OfOurs(pair.Tool, kernel.Save(pair.Restorer).Split('\n'))
            .Select(line => $"{pair.Tool} {line}")),
    ];

    private static bool Is(string holding, TablesTool tool) => holding.StartsWith($"{tool} ", StringComparison.Ordinal);

    private static string Rest(string holding) => holding[(holding.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    private static Lowered<KernelChange> Replace(Func<TablesTool, HeldTables> held, IReadOnlyCollection<PortPolicy> after)
    {
        Lowered<PortTables>[] lowered = [.. after.Select(EbiptablesLowering.Lower)];
        ImmutableArray<Diagnostic> found = [.. lowered.SelectMany(port => port.Diagnostics)];
        if (lowered.Any(port => port.Value is null))
        {
            return new(null, found);
        }

        PortTables[] ports = [.. lowered.Select(port => port.Value!)];
        return new(
            new([.. Tools.Select(pair => Command(pair.Restorer, RestoreScript.Replace(pair.Tool, held(pair.Tool), ports))).OfType<KernelCommand>()]),
            found);
    }

    private static KernelCommand? Command(KernelTool restorer, RestoreScript? script) =>
        script is null ? null : new(restorer, script.Text, [.. script.Lines.Select(line => line.Origin)]);
}
