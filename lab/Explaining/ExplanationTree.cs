using Lab.Engine.Programs;
using Lab.Engine.Programs.Explaining;
using Lab.Reports.Decoding;
using Spectre.Console;

namespace Lab.Explaining;

/// <summary>An explanation as a tree for a terminal: what became of the packet, by which rule, and what would have helped.</summary>
/// <param name="everything">Also the rules that did not match.</param>
internal sealed class ExplanationTree(IAnsiConsole console, bool everything)
{
    public void Write(ExplainedPacket packet)
    {
        Explanation explanation = packet.Explanation;
        Tree tree = new(Title(packet)) { Guide = TreeGuide.Line };
        if (packet.Connection is { } connection)
        {
            tree.AddNode($"[grey]connection:[/] {Escape(connection)}");
        }

        foreach (StageVisit visit in explanation.Visits)
        {
            AddStage(tree.AddNode($"[bold]{Escape(visit.Name)}[/]: {Coloured(visit.Outcome.Verdict)}"), visit);
        }

        if (explanation.Visits.IsEmpty)
        {
            tree.AddNode("no rule of the filter is about such frames in this direction");
        }

        AddDecision(tree, explanation);
        console.Write(tree);
        console.WriteLine();
    }

    private static string Title(ExplainedPacket packet)
    {
        string fate = packet.Refused ? "[red]dropped: the connection table is full[/]"
            : packet.Explanation.Passes ? "[green]passes[/]" : $"[red]{packet.Explanation.Decider!.Outcome.Verdict.ToString().ToLowerInvariant()}[/]";
        return $"{fate}  {Escape(packet.Asked.Label)}  [grey]{Escape(FrameDecoder.Decode(packet.Asked.Frame).Summary)}[/]";
    }

    private void AddStage(TreeNode node, StageVisit visit)
    {
        Stack<TreeNode> open = new([node]);
        int depth = -1;
        List<ConditionAsked> asked = [];
        foreach (TraceStep step in visit.Steps)
        {
            switch (step)
            {
                case ChainEntered entered:
                    while (depth >= entered.Depth)
                    {
                        _ = open.Pop();
                        depth--;
                    }

                    open.Push(open.Peek().AddNode($"chain [bold]{Escape(entered.Chain.Name)}[/]"));
                    depth = entered.Depth;
                    break;
                case ConditionAsked condition:
                    asked.Add(condition);
                    break;
                case RuleConsidered rule:
                    Leave(entered: Depth(rule.Chain, visit), ref depth, open);
                    if (rule.Matched || everything)
                    {
                        AddRule(open.Peek(), rule, asked, visit);
                    }

                    asked.Clear();
                    break;
                case ChainRanOut end:
                    Leave(end.Depth, ref depth, open);
                    open.Peek().AddNode($"[grey]end of chain {Escape(end.Chain.Name)}: {EndOf(end)}[/]");
                    break;
            }
        }
    }

    /// <summary>Closes the chains that evaluation has come back from.</summary>
    private static void Leave(int entered, ref int depth, Stack<TreeNode> open)
    {
        for (; depth > entered; depth--)
        {
            _ = open.Pop();
        }
    }

    private static int Depth(Chain chain, StageVisit visit) =>
        visit.Steps.OfType<ChainEntered>().First(e => ReferenceEquals(e.Chain, chain)).Depth;

    private static void AddRule(TreeNode chain, RuleConsidered rule, List<ConditionAsked> asked, StageVisit visit)
    {
        string place = $"[blue]{Escape(rule.Rule.Origin.Position.ToString())}[/]";
        string said = rule.Matched
            ? $"{place} {Escape(ProgramText.Of(rule.Rule, visit.Stage))}"
            : $"[grey]{place} no: {Escape(ConditionText.Of(asked[^1].Condition))}{Escape(ActualOf(asked[^1]))}[/]";
        chain.AddNode(said);
    }

    private static void AddDecision(Tree tree, Explanation explanation)
    {
        if (explanation.Decider is not { } visit)
        {
            return;
        }

        if (visit.Outcome.Decider is { } rule)
        {
            string fields = visit.Deciding.IsEmpty ? "it asks nothing" : string.Join(", ", visit.Deciding.Select(FieldOf));
            tree.AddNode($"[bold]decided by[/] {Escape(rule.Origin.ToString())}: {Escape(fields)}");
        }

        if (explanation.Change is { } change)
        {
            string by = change.Decider is { } other ? $" (by {other.Origin.Position})" : "";
            tree.AddNode($"[bold]it would have been {(explanation.Passes ? "dropped" : "let through")} with[/] {Escape(string.Join(", ", change.Fields))}{Escape(by)}");
        }
    }

    private static string EndOf(ChainRanOut end) => (end.Chain.End, end.Depth) switch
    {
        (ChainEnd.Accept, 0) => "accepted",
        (ChainEnd.Accept, _) => "accepted, later rules are not asked",
        (_, 0) => "undecided",
        _ => "back to the rule that jumped here",
    };

    private static string FieldOf(ConditionAsked asked) => $"{ConditionText.Of(asked.Condition)}{ActualOf(asked)}";

    private static string ActualOf(ConditionAsked asked) => asked switch
    {
        { Condition: FieldEquals { Field: var field }, Actual: { } value } => $" (is {ConditionText.Value(field, value)})",
        { Condition: FieldInRange { Field: var field }, Actual: { } value } => $" (is {ConditionText.Value(field, value)})",
        { Condition: FieldEquals or FieldInRange } => " (the frame has no such field)",
        _ => "",
    };

    private static string Coloured(StageVerdict verdict) => verdict switch
    {
        StageVerdict.Accepted => "[green]accepted[/]",
        StageVerdict.Undecided => "[green]passes undecided[/]",
        StageVerdict.Dropped => "[red]dropped[/]",
        _ => "[red]rejected[/]",
    };

    private static string Escape(string text) => Markup.Escape(text);
}
