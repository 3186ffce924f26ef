using Lab.Engine.Programs;

namespace Lab.Engine.Apply;

/// <summary>The kernel or the tool in front of it refused a transaction; nothing of it was done.</summary>
public sealed class KernelRefusedException : Exception
{
    public KernelRefusedException()
    {
    }

    public KernelRefusedException(string message) : base(message)
    {
    }

    public KernelRefusedException(string message, Exception inner) : base(message, inner)
    {
    }

    public KernelRefusedException(KernelCommand command, string answer, string? line, Origin? origin)
        : base(Say(command.Tool, answer, line, origin)) => Origin = origin;

    /// <summary>The XML rule behind the line that was refused, where the answer named a line that has one.</summary>
    public Origin? Origin { get; }

    private static string Say(KernelTool tool, string answer, string? line, Origin? origin) =>
        $"{(origin is null ? "" : $"{origin.Position}: ")}{tool} refused the ruleset: {answer.Trim()}"
        + (line is null ? "" : $"\n  line: {line.Trim()}");
}
