using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Rulesets;
using Lab.Store;

namespace Lab.Live;

/// <summary>What the state folder asks for, compiled: each backend with the ports that it rules.</summary>
/// <param name="Ports">Every backend is here, also one without ports: what it holds must go.</param>
/// <param name="Diagnostics">An error means that nothing may be loaded.</param>
internal sealed record LivePolicy(
    ImmutableArray<(IBackend Backend, ImmutableArray<PortPolicy> Ports)> Ports, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>More is taken for a mistake; 50,000 load in a second or two.</summary>
    public const int MaximumPorts = 65_536;

    /// <summary>Fewer are done before another thread has begun.</summary>
    private const int ManyPorts = 1000;

    private ImmutableArray<Lowered<KernelChange>> _loads;

    public bool RulesPorts => IsSound && Ports.Any(backend => !backend.Ports.IsEmpty);

    public bool IsSound => Diagnostics.All(found => found.Severity != Severity.Error);

    /// <summary>What loads the ports of each backend into a kernel that holds nothing of it.</summary>
    public ImmutableArray<Lowered<KernelChange>> Loads => _loads.IsDefault
        ? _loads = [.. Ports.Select(backend => backend.Ports.IsEmpty ? new(new([]), []) : backend.Backend.Restore(ImmutableHashSet<string>.Empty, backend.Ports))]
        : _loads;

    /// <summary>Nothing changes for one of the backends, as far as its kernel can tell.</summary>
    public bool LoadsTheSame(LivePolicy other, int backend) => Texts(backend).SequenceEqual(other.Texts(backend), StringComparer.Ordinal);

    private IEnumerable<string> Texts(int backend) => Loads[backend].Value?.Commands.Select(command => command.Text) ?? [];

    /// <summary>What the folder says now.</summary>
    public static LivePolicy Of(StateFolder state) =>
        Of(state.Filters.Load().All, state.Bindings.Load().Bindings, new(state));

    public static LivePolicy Of(
        IReadOnlyDictionary<string, FilterDefinition> filters, IReadOnlyCollection<FilterBinding> bindings, PortChoices choices)
    {
        List<Diagnostic> found = [];
        List<(IBackend Backend, PortPolicy Port)> ports = [];
        if (bindings.Count > MaximumPorts)
        {
            found.Add(DiagnosticTable.TooManyPorts.At(new("", 0, 0), $"{bindings.Count} bindings are more than {MaximumPorts}"));
        }

        foreach (var users in bindings.Select(binding => (Binding: binding, Choice: choices.Of(binding)))
            .GroupBy(port => (port.Binding.Filter.Filter, port.Choice.Meaning)))
        {
            TemplateResult resolved = ProgramCompiler.Resolve(filters, users.Key.Filter, users.Key.Meaning);
            found.AddRange(resolved.Diagnostics);
            if (resolved.Template is not { } template)
            {
                continue;
            }

            foreach (((FilterBinding binding, PortChoice choice), (_, CompileResult compiled)) in
                users.Zip(Close(template, [.. users.Select(port => port.Binding)])))
            {
                found.AddRange(compiled.Diagnostics);
                if (PortOf(binding, compiled) is { } port)
                {
                    ports.Add((choice.Backend, port));
                }
            }
        }

        ILookup<string, PortPolicy> byBackend = ports.ToLookup(port => port.Backend.Name, port => port.Port);
        return new([.. PortChoices.All.Select(backend => (backend, byBackend[backend.Name].ToImmutableArray()))], [.. found.Distinct()]);
    }

    /// <summary>One template closed for each of its bindings, in their order.</summary>
    public static IEnumerable<(FilterBinding Binding, CompileResult Compiled)> Close(Template template, IReadOnlyCollection<FilterBinding> users)
    {
        return users.Count < ManyPorts ? users.Select(One) : users.AsParallel().AsOrdered().Select(One);

        (FilterBinding, CompileResult) One(FilterBinding binding) => (binding, Instantiation.Of(template, binding.Mac, binding.Filter.Parameters));
    }

    /// <summary>What a binding asks of its port; null when it cannot be compiled.</summary>
    public static PortPolicy? PortOf(FilterBinding binding, CompileResult compiled) =>
        compiled.Port is { } program ? new(binding.Port, program) { IsMacvtap = binding.Link is not null } : null;
}
