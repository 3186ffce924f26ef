namespace Lab.Commands;

/// <summary>What the process says to a script; every command keeps to these three.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work was done and the answer is no: an expectation failed, testbeds disagree, a check found errors.</summary>
    public const int Failed = 1;

    /// <summary>The work could not be done: bad arguments, an unreadable file, a testbed that cannot run here.</summary>
    public const int BadInput = 2;
}
