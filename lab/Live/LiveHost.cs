using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Store;

namespace Lab.Live;

/// <summary>A kernel that is made to follow a state folder: binding, unbinding, redefining, recovering.</summary>
/// <param name="kernel">Of the namespace whose ports are ruled.</param>
internal sealed class LiveHost(StateFolder state, KernelFirewall kernel)
{
    private readonly PortChoices _choices = new(state);
    private readonly Journal _journal = new(state);
    private readonly HeldPolicy _held = new(state);

    /// <summary>Makes or replaces the binding of a port; the device need not exist yet.</summary>
    /// <param name="backend">Null for the one that suits the port.</param>
    public ImmutableArray<Diagnostic> Bind(FilterBinding binding, IBackend? backend, Meaning meaning = Meaning.Libvirt)
    {
        using FileLock held = state.Lock();
        ImmutableArray<FilterBinding> after = [.. Others(binding.Port), binding];
        return Change(
            FilesOf(binding.Port), after, state.Filters.Load().All, new(state, (binding.Port, new(backend ?? PortChoices.DefaultFor(binding), meaning))),
            () =>
            {
                state.Bindings.Save(binding);
                WholeFile.Write(_choices.FileOf(binding.Port), PortChoices.Words(backend, meaning));
            });
    }

    /// <summary>Takes the binding of a port away, and its rules.</summary>
    public ImmutableArray<Diagnostic> Unbind(InterfaceName port)
    {
        using FileLock held = state.Lock();
        if (state.Bindings.Load().Bindings.All(binding => binding.Port != port))
        {
            return [new(DiagnosticTable.NotFound.Code, Severity.Error, new(port.ToString(), 0, 0), $"there is no binding for '{port}'")];
        }

        return Change(FilesOf(port), [.. Others(port)], state.Filters.Load().All, _choices, () =>
        {
            state.Bindings.Delete(port);
            WholeFile.Write(_choices.FileOf(port), null);
        });
    }

    /// <summary>Replaces a filter's definition; every binding that uses it, directly or through others, follows.</summary>
    public ImmutableArray<Diagnostic> Define(FilterDefinition filter, Expected expected = Expected.Either)
    {
        using FileLock held = state.Lock();
        if (state.Filters.WhyNot(filter, expected) is { } refusal)
        {
            return [refusal]; // before the kernel hears of it
        }

        FilterDefinition stored = state.Filters.AsStored(filter);
        ImmutableDictionary<string, FilterDefinition> after = state.Filters.Load().All.SetItem(filter.Name, stored);
        return Change([state.Filters.FileOf(filter.Name)], Bindings(), after, _choices, () => state.Filters.Define(stored, expected, held));
    }

    /// <summary>Brings the kernel to what the state folder says, whatever was killed or flushed before.</summary>
    public ImmutableArray<Diagnostic> Recover()
    {
        using FileLock held = state.Lock();
        try
        {
            ImmutableArray<Diagnostic> found = Settle(Load());
            FaultPoint.Pass(FaultPoint.Applied);
            _journal.End();
            return found;
        }
        catch (KernelRefusedException) when (_journal.Pending is not null)
        {
            return GoBack();
        }
    }

    /// <summary>What differs between the kernel and the state folder: lines that are missing, and lines that are too many.</summary>
    public Drift Inspect() => Compare(Load());

    /// <summary>With a private namespace, into which the policy is loaded.</summary>
    private Drift Compare(LivePolicy policy)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        using KernelFirewall model = new(space);
        List<string> missing = [], surplus = [];
        foreach ((IBackend backend, ImmutableArray<PortPolicy> ports) in policy.Ports)
        {
            ImmutableSortedSet<string> held = backend.Holdings(kernel);
            if (ports.IsEmpty && held.IsEmpty)
            {
                continue;
            }

            Run(backend.Restore(ImmutableHashSet<string>.Empty, ports), model);
            ImmutableSortedSet<string> intended = ports.IsEmpty ? [] : backend.Holdings(model);
            missing.AddRange(intended.Except(held));
            surplus.AddRange(held.Except(intended));
        }

        return new(policy, [.. missing], [.. surplus], _journal.Pending is not null);
    }

    private IEnumerable<FilterBinding> Others(InterfaceName port) => Bindings().Where(binding => binding.Port != port);

    private ImmutableArray<FilterBinding> Bindings() => state.Bindings.Load().Bindings;

    private IEnumerable<string> FilesOf(InterfaceName port) => [state.Bindings.FileOf(port), _choices.FileOf(port)];

    private LivePolicy Load() => LivePolicy.Of(state);

    /// <summary>See <see cref="Journal"/> for the order and what it is good for.</summary>
    private ImmutableArray<Diagnostic> Change(
        IEnumerable<string> files, IReadOnlyCollection<FilterBinding> bindings,
        IReadOnlyDictionary<string, FilterDefinition> filters, PortChoices choices, Action store)
    {
        LivePolicy before = Load(), policy = LivePolicy.Of(filters, bindings, choices);
        ImmutableArray<Diagnostic> found = [.. policy.Diagnostics, .. policy.IsSound ? Refusals(policy) : []];
        if (found.Any(finding => finding.Severity == Severity.Error))
        {
            return found;
        }

        FaultPoint.Pass(FaultPoint.Checked);
        _journal.Begin(files);
        FaultPoint.Pass(FaultPoint.Journaled);
        store();
        FaultPoint.Pass(FaultPoint.Stored);
        try
        {
            Follow(before, policy);
        }
        catch (KernelRefusedException)
        {
            _ = GoBack();
            throw;
        }

        FaultPoint.Pass(FaultPoint.Applied);
        _journal.End();
        return found;
    }

    private ImmutableArray<Diagnostic> GoBack()
    {
        _journal.Undo();
        FaultPoint.Pass(FaultPoint.Undone);
        ImmutableArray<Diagnostic> found = Settle(Load());
        _journal.End();
        return found;
    }

    /// <summary>What the backends cannot express, and rules that this namespace would never show a packet to.</summary>
    private IEnumerable<Diagnostic> Refusals(LivePolicy policy) => policy.Loads.SelectMany(load => load.Diagnostics)
        .Concat(policy.Ports.Where(backend => !backend.Ports.IsEmpty && backend.Backend is not NetdevBackend)
            .SelectMany(backend => BridgeNetfilterSwitch.All.SelectMany(
                name => name.Refusals(kernel.Space, backend.Ports, tracked: !backend.Backend.NeedsBridgeNetfilter))));

    /// <summary>Tells the kernel the difference where it verifiably holds the old policy, and everything otherwise.</summary>
    /// <remarks>Loading everything replaces the tables, and between two tables a frame can slip through
    /// (<see cref="Engine.Rulesets.Nftables.BridgeRuleset"/>); so it is worth the trouble to look whether it is needed.</remarks>
    private void Follow(LivePolicy before, LivePolicy after)
    {
        KernelGeneration? now = kernel.Generation;
        now = _held.Is(before, now) || (before.RulesPorts && Compare(before) is { Missing: [], Surplus: [] }) ? now : null;
        for (int i = 0; i < after.Ports.Length && now is not null; i++)
        {
            foreach (KernelCommand command in before.LoadsTheSame(after, i) ? []
                : after.Ports[i].Backend.Change(before.Ports[i].Ports, after.Ports[i].Ports).Value!.Commands)
            {
                now = now is null ? null : Run(command, now);
            }
        }

        if (now is null)
        {
            _ = Converge(after);
        }
        else
        {
            _held.Become(after, now);
        }
    }

    /// <summary>Loads everything unless the kernel holds exactly that; a journal that is left says nothing about the kernel.</summary>
    private ImmutableArray<Diagnostic> Settle(LivePolicy policy)
    {
        KernelGeneration now = kernel.Generation; // before the kernel is looked at: what comes later makes the note worthless
        if (!policy.RulesPorts || Compare(policy) is not { Missing: [], Surplus: [] })
        {
            return Converge(policy);
        }

        _held.Become(policy, now);
        return policy.Diagnostics;
    }

    /// <summary>Loads everything, whatever the kernel holds.</summary>
    private ImmutableArray<Diagnostic> Converge(LivePolicy policy)
    {
        if (!policy.IsSound)
        {
            return policy.Diagnostics;
        }

        List<KernelGeneration?> made = [];
        foreach ((IBackend backend, ImmutableArray<PortPolicy> ports) in policy.Ports)
        {
            ImmutableSortedSet<string> held = backend.Holdings(kernel);
            if (!ports.IsEmpty || !held.IsEmpty)
            {
                made.AddRange(backend.Restore(held, ports).Value!.Commands.Select(command => Run(command)));
            }
        }

        bool alone = made.Count > 0 && made.Zip(made.Skip(1)).All(pair => pair.First?.Next == pair.Second) && made[^1] is not null;
        _held.Become(policy, alone ? made[^1] : null);
        return policy.Diagnostics;
    }

    private static void Run(Lowered<KernelChange> lowered, KernelFirewall target)
    {
        foreach (KernelCommand command in lowered.Value?.Commands ?? [])
        {
            target.Run(command);
        }
    }

    private KernelGeneration? Run(KernelCommand command, KernelGeneration? only = null)
    {
        FaultPoint.Pass(FaultPoint.Loading);
        return kernel.Run(command, only);
    }
}

/// <param name="Missing">Lines that the kernel should hold.</param>
/// <param name="Surplus">Lines of ours that it should not.</param>
/// <param name="Interrupted">A change was begun and never finished.</param>
internal sealed record Drift(
    LivePolicy Policy, ImmutableArray<string> Missing, ImmutableArray<string> Surplus, bool Interrupted)
{
    public bool None => Missing.IsEmpty && Surplus.IsEmpty && !Interrupted;
}
