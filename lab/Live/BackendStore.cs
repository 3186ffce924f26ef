using Lab.Engine.Apply;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Packets;
using Lab.Store;

namespace Lab.Live;

/// <summary>Which backend rules which port, where somebody chose; one file per port, beside the bindings.</summary>
/// <param name="chosen">A choice that is not stored yet.</param>
internal sealed class BackendStore(StateFolder state, (InterfaceName Port, IBackend Backend)? chosen = null)
{
    /// <summary>The backends that can be chosen, the default first.</summary>
    public static readonly IReadOnlyList<IBackend> All = [NftBackend.OfThisKernel(), new EbiptablesBackend(), new NetdevBackend()];

    private readonly string _folder = Path.Combine(state.Path, "backends");

    public static IBackend Default => All[0];

    /// <summary>What rules a port when nobody chose: a macvtap, whose binding names the lower device, can only be ruled at the
    /// device.</summary>
    public static IBackend DefaultFor(FilterBinding binding) => binding.Link is null ? Default : All[2];

    public static IBackend? Find(string name) => All.FirstOrDefault(backend => backend.Name == name);

    public IBackend Of(FilterBinding binding) =>
        chosen is { } choice && choice.Port == binding.Port ? choice.Backend
        : File.Exists(FileOf(binding.Port)) && Find(File.ReadAllText(FileOf(binding.Port)).Trim()) is { } stored ? stored
        : DefaultFor(binding);

    public string FileOf(InterfaceName port) => Path.Combine(_folder, port.ToString());
}
