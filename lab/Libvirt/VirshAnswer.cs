namespace Lab.Libvirt;

/// <summary>What virsh said to one command.</summary>
/// <param name="Refusal">libvirt's sentence, class included; null when the command succeeded.</param>
/// <param name="Output">The rest, without the empty line that virsh puts behind a document.</param>
internal sealed record VirshAnswer(string Output, string? Refusal)
{
    public bool Succeeded => Refusal is null;

    public IEnumerable<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
