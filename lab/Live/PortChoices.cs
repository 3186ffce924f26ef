using Lab.Engine.Apply;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Store;

namespace Lab.Live;

/// <summary>How a port is ruled.</summary>
/// <param name="Meaning">How its filter is read.</param>
internal sealed record PortChoice(IBackend Backend, Meaning Meaning);

/// <summary>How ports are ruled where somebody chose; one file per port, beside the bindings, with the words of the choice.</summary>
/// <param name="pending">A choice that is not stored yet.</param>
internal sealed class PortChoices(StateFolder state, (InterfaceName Port, PortChoice Choice)? pending = null)
{
    /// <summary>The backends that can be chosen, the default first.</summary>
    public static readonly IReadOnlyList<IBackend> All = [NftBackend.OfThisKernel(MarkBits.First), new EbiptablesBackend(), new NetdevBackend()];

    private const string Strict = "strict";

    private readonly string _folder = Path.Combine(state.Path, "backends");

    public static IBackend Default => All[0];

    /// <summary>What rules a port when nobody chose: a macvtap, whose binding names the lower device, can only be ruled at the
    /// device.</summary>
    public static IBackend DefaultFor(FilterBinding binding) => binding.Link is null ? Default : All[2];

    public static IBackend? Find(string name) => All.FirstOrDefault(backend => backend.Name == name);

    /// <summary>What the port's file is to say; null for the default, which needs none.</summary>
    public static string? Words(IBackend? backend, Meaning meaning)
    {
        string[] words = [.. backend is null ? [] : new[] { backend.Name }, .. meaning == Meaning.Strict ? [Strict] : Array.Empty<string>()];
        return words.Length == 0 ? null : string.Join(' ', words);
    }

    public PortChoice Of(FilterBinding binding)
    {
        if (pending is { } chosen && chosen.Port == binding.Port)
        {
            return chosen.Choice;
        }

        string[] words = File.Exists(FileOf(binding.Port)) ? File.ReadAllText(FileOf(binding.Port)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
        return new(words.Select(Find).FirstOrDefault(known => known is not null) ?? DefaultFor(binding), words.Contains(Strict) ? Meaning.Strict : Meaning.Libvirt);
    }

    public string FileOf(InterfaceName port) => Path.Combine(_folder, port.ToString());
}
