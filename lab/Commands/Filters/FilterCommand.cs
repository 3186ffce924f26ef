using System.CommandLine;

namespace Lab.Commands.Filters;

/// <summary><c>nwlab filter …</c>, and the same under virsh's names.</summary>
internal static class FilterCommand
{
    public static Command Create() => new DocumentedCommand("filter", "Define, check and show filters.",
        "nwlab filter define web.xml", "nwlab filter list", "nwlab filter check --strict filters/")
    {
        OnDocument("define", "Add a filter, or replace the one of its name.", FilterChanges.Define, "nwlab filter define web.xml"),
        OnFilter("undefine", "Remove a filter that nobody uses.", FilterChanges.Undefine, "nwlab filter undefine web"),
        List("list"),
        OnFilter("show", "Print a filter in its canonical form.", FilterViews.Show, "nwlab filter show clean-traffic"),
        OnFilter("edit", "Change a filter in $VISUAL or $EDITOR.", FilterEdit.Run, "EDITOR=nano nwlab filter edit web"),
        Check(),
        OnDocument("create", "Add a filter whose name is not taken.", FilterChanges.Create, "nwlab filter create web.xml"),
        OnFilter("destroy", "Remove a filter that nobody uses (as undefine).", FilterChanges.Undefine, "nwlab filter destroy web"),
        OnDocument("update", "Replace a filter that exists.", FilterChanges.Update, "nwlab filter update web.xml"),
        CreateFrom(),
        ImportCim(),
        Reference(),
    };

    /// <summary>virsh's commands, so that scripts need another program name and nothing else.</summary>
    public static IEnumerable<Command> CreateVirshNames() =>
    [
        OnDocument("nwfilter-define", "Add or replace a filter (virsh's name for 'filter define').", FilterChanges.Define, "nwlab nwfilter-define web.xml"),
        OnFilter("nwfilter-undefine", "Remove a filter (virsh's name for 'filter undefine').", FilterChanges.Undefine, "nwlab nwfilter-undefine web"),
        List("nwfilter-list"),
        OnFilter("nwfilter-dumpxml", "Print a filter (virsh's name for 'filter show').", FilterViews.Show, "nwlab nwfilter-dumpxml clean-traffic"),
        OnFilter("nwfilter-edit", "Change a filter in an editor (virsh's name for 'filter edit').", FilterEdit.Run, "nwlab nwfilter-edit web"),
    ];

    private static DocumentedCommand OnDocument(string name, string description, Func<FilterContext, string, int> action, params string[] examples)
    {
        Argument<string> file = FilterArguments.Document();
        DocumentedCommand command = new(name, description, examples) { file };
        return Finish(command, line => action(new(line), line.GetRequiredValue(file)));
    }

    private static DocumentedCommand OnFilter(string name, string description, Func<FilterContext, string, int> action, params string[] examples)
    {
        Argument<string> filter = FilterArguments.Existing();
        DocumentedCommand command = new(name, description, examples) { filter };
        return Finish(command, line => action(new(line), line.GetRequiredValue(filter)));
    }

    private static DocumentedCommand List(string name)
    {
        Option<bool> names = new("--name") { Description = "names only" };
        Option<bool> uuids = new("--uuid") { Description = "UUIDs only" };
        DocumentedCommand command = new(name, "List all filters, built-in ones included.", $"nwlab {(name == "list" ? "filter list" : name)} --name") { names, uuids };
        return Finish(command, line => FilterViews.List(new(line),
            line.GetValue(names) ? FilterViews.Columns.Names : line.GetValue(uuids) ? FilterViews.Columns.Uuids : FilterViews.Columns.Table));
    }

    private static DocumentedCommand Check()
    {
        Argument<string[]> paths = new("path") { Description = "filter documents, or folders of them", Arity = ArgumentArity.OneOrMore };
        DocumentedCommand command = new("check", "Read filters and report every mistake; nothing is stored.",
            "nwlab filter check web.xml", "nwlab filter check --strict --json filters/") { paths };
        return Finish(command, line => FilterCheck.Run(new(line), line.GetRequiredValue(paths)));
    }

    private static DocumentedCommand CreateFrom()
    {
        Argument<string> original = FilterArguments.Existing("the filter to copy");
        Argument<string> name = new("name") { Description = "what the copy is called" };
        DocumentedCommand command = new("create-from", "Copy a filter under a new name.", "nwlab filter create-from clean-traffic my-traffic") { original, name };
        return Finish(command, line => FilterChanges.CreateFrom(new(line), line.GetRequiredValue(original), line.GetRequiredValue(name)));
    }

    private static DocumentedCommand ImportCim()
    {
        Argument<string> file = FilterArguments.Document();
        Option<string?> name = new("--name") { Description = "what the filter is called; otherwise as the file" };
        DocumentedCommand command = new("import-cim", "Translate the draft format of 2010 (FilterEntry, firewall) to a filter.",
            "nwlab filter import-cim draft.xml > web.xml", "nwlab filter import-cim --name web draft.xml | nwlab filter define -") { file, name };
        return Finish(command, line => FilterImport.Run(new(line), line.GetRequiredValue(file), line.GetValue(name)));
    }

    private static DocumentedCommand Reference()
    {
        Argument<string?> protocol = FilterArguments.Protocol();
        DocumentedCommand command = new("reference", "Print what filters can say: every element, attribute and value.",
            "nwlab filter reference", "nwlab filter reference tcp") { protocol };
        return Finish(command, line => FilterReference.Run(new(line), line.GetValue(protocol)));
    }

    private static DocumentedCommand Finish(DocumentedCommand command, Func<ParseResult, int> action)
    {
        command.Add(CommonOptions.State);
        command.Add(CommonOptions.Json);
        command.Add(CommonOptions.Quiet);
        command.Add(CommonOptions.Strict);
        command.SetAction(action);
        return command;
    }
}
