using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>Makes template rules of drafts; all the copies of one XML rule share one expansion.</summary>
internal sealed class RuleAssembly
{
    private readonly Origin _origin;
    private readonly Expansion _expansion;
    private readonly string? _comment;

    public RuleAssembly(TreeRule tree, string? comment, Meaning meaning)
    {
        _origin = new(tree.Filter.Name, tree.Rule.Position);
        _comment = comment;

        // Every reference of the rule takes part, also one that this copy of it has no use for: libvirt repeats them too.
        _expansion = new(
            [.. tree.Rule.Attributes.Where(m => Counts(m, meaning)).Select(m => Reference(m, meaning)).OfType<VariableReference>().Distinct()],
            tree.Defaults, tree.Rule.Position);
    }

    public TemplateRule Build(IEnumerable<Draft> conditions, Verdict verdict)
    {
        Draft[] drafts = [.. conditions];
        var holes = drafts.SelectMany((draft, index) => draft.Holes.Select(hole => new Hole(
            index, hole.Part, _expansion.References.IndexOf(hole.Variable), hole.Variable, hole.Match.Attribute, hole.Match.Position)));
        return new(
            new Rule([.. drafts.Select(d => d.Shape)], verdict, _origin) { Comment = _comment }, [.. holes], _expansion);
    }

    /// <summary>A variable in a strict comment is literal text; elsewhere every reference multiplies its rule.</summary>
    private static bool Counts(AttributeMatch match, Meaning meaning) =>
        match.Attribute.Role != AttributeRole.Comment || meaning == Meaning.Libvirt;

    private static VariableReference? Reference(AttributeMatch match, Meaning meaning) =>
        (meaning == Meaning.Strict ? ConditionBuilder.PreferIpv6Server(match) : match).Value as VariableReference;
}
