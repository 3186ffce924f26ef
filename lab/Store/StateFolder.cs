using Lab.Engine.Interop;

namespace Lab.Store;

/// <summary>Where nwlab keeps what must outlive a command: filters, bindings, and what an applier adds.</summary>
/// <remarks>
/// <code>
///  STATE/lock            taken by every command that changes something
///  STATE/filters/NAME.xml
///  STATE/bindings/PORT.xml
///  STATE/backends/PORT     which rules rule it, and in which meaning, where somebody chose
///  STATE/journal           files as they were before a change that has not ended: Live/Journal
///  STATE/held              what the kernel was left with: Live/HeldPolicy
///  STATE/probe             what this kernel can do: Live/ProbedKernel
/// </code>
/// Readers take no lock: a document appears and disappears in one step.
/// </remarks>
public sealed class StateFolder
{
    public const string Default = "/var/lib/nwlab";

    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "NWLAB_STATE";

    public StateFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>The filters that users defined.</summary>
    public FilterStore Filters => new(this);

    /// <summary>Which port uses which filter.</summary>
    public BindingStore Bindings => new(this);

    /// <param name="option">As given to <c>--state</c>; it wins over the environment, the environment over the default.</param>
    public static StateFolder Resolve(string? option) =>
        new(option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Default));

    /// <summary>A part of the state of its own, such as <c>filters</c>.</summary>
    internal DocumentFolder Documents(string name) => new(System.IO.Path.Combine(Path, name));

    /// <summary>Keeps other commands from changing the state, and clears away what killed ones left; makes the folder when it is missing.</summary>
    /// <exception cref="IOException">The folder cannot be made; Win32Exception if the lock file cannot.</exception>
    public FileLock Lock()
    {
        DocumentFolder.Make(Path);
        FileLock held = FileLock.Take(System.IO.Path.Combine(Path, "lock"));
        WholeFile.RemoveDrafts(Path);
        return held;
    }
}
