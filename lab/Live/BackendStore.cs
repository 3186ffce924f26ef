using Lab.Engine.Apply;
using Lab.Engine.Packets;
using Lab.Store;

namespace Lab.Live;

/// <summary>Which backend rules which port, where somebody chose; one file per port, beside the bindings.</summary>
/// <param name="chosen">A choice that is not stored yet.</param>
internal sealed class BackendStore(StateFolder state, (InterfaceName Port, IBackend Backend)? chosen = null)
{
    /// <summary>The backends that can be chosen, the default first.</summary>
    public static readonly IReadOnlyList<IBackend> All = [new NftBackend(), new EbiptablesBackend()];

    private readonly string _folder = Path.Combine(state.Path, "backends");

    public static IBackend Default => All[0];

    public static IBackend? Find(string name) => All.FirstOrDefault(backend => backend.Name == name);

    public IBackend Of(InterfaceName port) =>
        chosen is { } choice && choice.Port == port ? choice.Backend
        : File.Exists(FileOf(port)) && Find(File.ReadAllText(FileOf(port)).Trim()) is { } stored ? stored : Default;

    public string FileOf(InterfaceName port) => Path.Combine(_folder, port.ToString());
}
