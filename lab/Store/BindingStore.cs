using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Packets;

namespace Lab.Store;

/// <summary>The bindings that were asked for, one <c>&lt;filterbinding&gt;</c> document each, named after the port.</summary>
/// <remarks>Only the record: rules are the applier's business, and so is the order of the two (take the state's lock first).</remarks>
public sealed class BindingStore
{
    private readonly DocumentFolder _files;

    internal BindingStore(StateFolder state) => _files = state.Documents("bindings");

    /// <summary>In the order of the ports' names.</summary>
    public BindingCatalog Load()
    {
        Findings findings = new();
        ImmutableArray<FilterBinding>.Builder bindings = ImmutableArray.CreateBuilder<FilterBinding>();
        foreach ((string name, string file, string text) in _files.Read(findings))
        {
            BindingReadResult read = FilterBindingReader.Read(file, text);
            if (read.Binding is null)
            {
                Diagnostic first = read.Diagnostics.First(d => d.Severity == Severity.Error);
                findings.Add(DiagnosticTable.UnreadableDefinition, first.Position, $"the binding is ignored: {first.Message}");
            }
            else if (read.Binding.Port.ToString() != name)
            {
                findings.Add(DiagnosticTable.MisnamedDefinition, read.Binding.Position,
                    $"the binding of '{read.Binding.Port}' is ignored, because the file is called '{name}'");
            }
            else
            {
                bindings.Add(read.Binding);
            }
        }

        return new(bindings.ToImmutable(), findings.ToImmutable());
    }

    /// <summary>Where a port's binding is, or would be.</summary>
    public string FileOf(InterfaceName port) => _files.FileOf(port.ToString());

    /// <summary>Adds or replaces the binding of its port.</summary>
    public void Save(FilterBinding binding) => _files.Save(binding.Port.ToString(), FilterBindingWriter.Write(binding));

    public void Delete(InterfaceName port) => _files.Delete(port.ToString());
}
