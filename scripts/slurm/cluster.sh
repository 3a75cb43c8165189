# Sourced: a Slurm cluster of one node on the loopback, for tests. Needs root, no systemd.
#   start_cluster FOLDER    starts the daemons; SLURM_CONF names the cluster for every command
#   stop_cluster            stops them by their process numbers
# shellcheck shell=sh

cluster_processes=""

# wait_until SECONDS WHAT COMMAND...: until the command succeeds.
wait_until() {
    waited_for=$2
    waited_until=$(($(date +%s) + $1))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if [ "$(date +%s)" -ge "$waited_until" ]; then
            echo "test-slurm: waited in vain: $waited_for" >&2
            return 1
        fi
        sleep 0.1
    done
}

start_cluster() {
    cluster=$1
    host=$(uname -n | cut -d. -f1)
    cpus=$(nproc)
    mkdir -p "$cluster/state" "$cluster/spool" "$cluster/munge"
    chmod 755 "$cluster"
    # A key of its own, so that an installed munge is left alone.
    head -c 1024 /dev/urandom >"$cluster/munge/key"
    chmod 700 "$cluster/munge"
    chmod 600 "$cluster/munge/key"
    cat >"$cluster/slurm.conf" <<END
ClusterName=lightbox
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/socket
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$cluster/completed.txt
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=0,bf_interval=2
ReturnToService=2
MaxArraySize=4
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/slurmd.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/slurmd.log
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=debug Nodes=$host Default=YES State=UP
END
    export SLURM_CONF="$cluster/slurm.conf"
    munged --foreground --force --key-file="$cluster/munge/key" \
        --socket="$cluster/munge/socket" --pid-file="$cluster/munge/pid" \
        --log-file="$cluster/munge/log" --seed-file="$cluster/munge/seed" \
        >"$cluster/munge.out" 2>&1 &
    cluster_processes=$!
    wait_until 20 "the socket of munged" test -S "$cluster/munge/socket"
    slurmctld -D >"$cluster/slurmctld.out" 2>&1 &
    cluster_processes="$! $cluster_processes"
    slurmd -D >"$cluster/slurmd.out" 2>&1 &
    cluster_processes="$! $cluster_processes"
    wait_until 60 "an idle node" sh -c 'sinfo --noheader --format=%T | grep -q "^idle$"'
}

stop_cluster() {
    [ -n "$cluster_processes" ] || return 0
    # Steps outlive the daemons, so they go first.
    scancel --user="$(id -un)" 2>/dev/null || true
    wait_until 60 "the end of all jobs" sh -c '[ -z "$(squeue --noheader)" ]' || true
    for process in $cluster_processes; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    cluster_processes=""
}
