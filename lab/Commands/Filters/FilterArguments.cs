using System.CommandLine;
using System.CommandLine.Completions;
using Lab.Engine.Filters.Model;

namespace Lab.Commands.Filters;

/// <summary>Arguments that complete themselves in a shell.</summary>
internal static class FilterArguments
{
    /// <summary>A filter that exists, by name or UUID.</summary>
    public static Argument<string> Existing(string description = "name or UUID of a filter")
    {
        Argument<string> argument = new("filter") { Description = description, HelpName = "filter" };
        argument.CompletionSources.Add(FilterNames);
        return argument;
    }

    /// <summary>A protocol element, or nothing.</summary>
    public static Argument<string?> Protocol()
    {
        Argument<string?> argument = new("protocol") { Description = "only this protocol element", HelpName = "protocol", Arity = ArgumentArity.ZeroOrOne };
        argument.CompletionSources.Add([.. ProtocolTable.All.Select(p => p.Name)]);
        return argument;
    }

    public static Argument<string> Document() => new("file") { Description = "an XML document; '-' reads the standard input" };

    /// <remarks>Completion stays silent about whatever is wrong with the store.</remarks>
    private static IEnumerable<CompletionItem> FilterNames(CompletionContext context) =>
        CommonOptions.StateOf(context.ParseResult).Filters.Load().All.Keys
            .Where(name => name.StartsWith(context.WordToComplete, StringComparison.Ordinal))
            .Select(name => new CompletionItem(name));
}
