using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>A rule of the tree on its way to its chain.</summary>
/// <param name="Priority">Its own, or its chain's where that is higher (step 3 of nwfilter.md section 1.9).</param>
/// <param name="Defaults">The parameters of the references that led here; an outer one beats an inner one.</param>
internal sealed record TreeRule(FilterDefinition Filter, RuleEntry Rule, int Priority, ParameterSet Defaults)
{
    public bool IsRoot => Filter.Chain.IsRoot;

    public bool IsEthernet => Rule.Protocol is null or { Layer: ProtocolLayer.Ethernet };
}

/// <summary>Resolves references and puts the rules of a whole tree in order: steps 1 to 3 of nwfilter.md section 1.9.</summary>
internal sealed class FilterTree(
    IReadOnlyDictionary<string, FilterDefinition> filters, Meaning meaning, ICollection<Diagnostic> found)
{
    /// <summary>References multiply: ten filters that each name the next one twice make a thousand copies of the last.</summary>
    public const int MaximumRules = 65536;

    private readonly List<TreeRule> _rules = [];
    private readonly List<string> _path = [];
    private bool _tooMany;

    /// <summary>Empty when anything was wrong; the reasons are in the diagnostics.</summary>
    public ImmutableArray<TreeRule> Flatten(FilterDefinition top)
    {
        Walk(top, ParameterSet.Empty, top.Position);
        if (found.Any(d => d.Severity == Severity.Error))
        {
            return [];
        }

        return [.. _rules
            .OrderBy(r => r.IsRoot ? 0 : 1).ThenBy(r => r.Rule.Priority) // stable, as the order of ties is the document's
            .Select(r => r.IsRoot ? r : r with { Priority = Math.Max(r.Priority, r.Filter.ChainPriority) })];
    }

    private void Walk(FilterDefinition filter, ParameterSet defaults, SourcePosition reference)
    {
        if (_path.Contains(filter.Name))
        {
            found.Add(TemplateErrors.Cycle(reference, _path.SkipWhile(name => name != filter.Name).Append(filter.Name)));
            return;
        }

        _path.Add(filter.Name);
        foreach (FilterEntry entry in filter.Entries)
        {
            switch (entry)
            {
                case RuleEntry when _rules.Count == MaximumRules:
                    ReportTooMany(entry.Position);
                    break;
                case RuleEntry rule:
                    _rules.Add(new(filter, Understood(rule), rule.Priority, defaults));
                    break;
                case ReferenceEntry to when !filters.TryGetValue(to.Filter, out _):
                    found.Add(TemplateErrors.MissingFilter(to.Position, to.Filter));
                    break;
                case ReferenceEntry to when !_tooMany:
                    Walk(filters[to.Filter], defaults.Over(to.Parameters), to.Position);
                    break;
            }
        }

        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>Quirks 9 and 22: libvirt does not see attributes that its parser does not know on this element.</summary>
    private RuleEntry Understood(RuleEntry rule) => meaning == Meaning.Strict ? rule
        : rule with { Attributes = rule.Attributes.RemoveAll(m => m.Attribute.BeyondLibvirt) };

    private void ReportTooMany(SourcePosition position)
    {
        if (!_tooMany)
        {
            found.Add(TemplateErrors.TooManyRules(position, MaximumRules));
        }

        _tooMany = true;
    }
}
