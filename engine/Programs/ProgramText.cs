using System.Text;

namespace Lab.Engine.Programs;

/// <summary>A program as lines that a person can review: stage, chain, rule, verdict, and the XML line it comes from.</summary>
public static class ProgramText
{
    public static string Of(FilterProgram program)
    {
        StringBuilder text = new();
        Write(text, "ethernet from guest", program.EthernetFromGuest);
        Write(text, "ethernet to guest", program.EthernetToGuest);
        Write(text, "ipv4", program.Ipv4);
        Write(text, "ipv6", program.Ipv6);
        return text.ToString();
    }

    /// <summary>One rule without its origin: its conditions, then what it does.</summary>
    public static string Of(Rule rule, Stage stage)
    {
        string conditions = rule.Conditions.IsEmpty ? "any" : string.Join(", ", rule.Conditions.Select(ConditionText.Of));
        return $"{conditions} -> {Of(rule.Verdict, stage)}";
    }

    public static string Of(Verdict verdict, Stage stage) => verdict.Kind == VerdictKind.Jump
        ? $"jump {stage.Chains[verdict.Target].Name}"
        : verdict.Kind.ToString().ToLowerInvariant();

    private static void Write(StringBuilder text, string family, IpStages? stages)
    {
        Write(text, $"{family} from guest, forwarded", stages?.FromGuestForwarded);
        Write(text, $"{family} to guest, forwarded", stages?.ToGuestForwarded);
        Write(text, $"{family} from guest, to host", stages?.FromGuestToHost);
    }

    private static void Write(StringBuilder text, string title, Stage? stage)
    {
        if (stage is null)
        {
            return;
        }

        text.Append(title).Append('\n');
        foreach (Chain chain in stage.Chains)
        {
            text.Append("  chain ").Append(chain.Name).Append('\n');
            foreach (Rule rule in chain.Rules)
            {
                text.Append("    ").Append(Of(rule, stage)).Append("    # ").Append(rule.Origin.Filter).Append(':')
                    .Append(rule.Origin.Position.Line).Append('\n');
            }

            text.Append("    end -> ").Append(chain.End.ToString().ToLowerInvariant()).Append('\n');
        }
    }
}
