using System.Security.Cryptography;
using System.Text;
using Lab.Engine.Apply;
using Lab.Store;

namespace Lab.Live;

/// <summary>
/// Which policy the kernel was left with, and in which generation of its rules: the ground for telling the kernel of a
/// difference only.
/// </summary>
/// <remarks>
/// Written once the kernel has agreed. Another generation, another boot, another namespace, documents that compile to
/// something else: any of them makes the note worthless, and what the kernel holds must be looked at.
/// </remarks>
internal sealed class HeldPolicy(StateFolder state)
{
    private readonly string _file = Path.Combine(state.Path, "held");

    /// <summary>Whether the kernel, if it is still in this generation, holds this policy.</summary>
    public bool Is(LivePolicy policy, KernelGeneration generation) =>
        policy.IsSound && File.Exists(_file) && File.ReadAllText(_file) == Note(policy, generation);

    /// <param name="generation">Null when it is not known.</param>
    public void Become(LivePolicy policy, KernelGeneration? generation) =>
        WholeFile.Write(_file, generation is null ? null : Note(policy, generation));

    private static string Note(LivePolicy policy, KernelGeneration generation)
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (KernelCommand command in policy.Loads.SelectMany(load => load.Value?.Commands ?? []))
        {
            digest.AppendData(Encoding.UTF8.GetBytes($"{command.Tool}\n{command.Text}"));
        }

        return $"{generation} {Convert.ToHexStringLower(digest.GetHashAndReset())}\n";
    }
}
