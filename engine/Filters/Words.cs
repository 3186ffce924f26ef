using Lab.Engine.Filters.Model;

namespace Lab.Engine.Filters;

/// <summary>The XML words of the model's enums.</summary>
public static class Words
{
    public static string Of(RuleAction action) => action switch
    {
        RuleAction.Drop => "drop",
        RuleAction.Accept => "accept",
        RuleAction.Reject => "reject",
        RuleAction.Return => "return",
        _ => "continue",
    };

    public static string Of(RuleDirection direction) => direction switch
    {
        RuleDirection.In => "in",
        RuleDirection.Out => "out",
        _ => "inout",
    };
}
