import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0003_catalogue_versions"),
        ("helpdesk", "0005_mail_in"),
        ("office", "0001_initial"),
        ("people", "0002_sessions_and_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TeamTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.PositiveIntegerField(verbose_name="amount")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("minutes", "working minutes"),
                            ("hours", "working hours"),
                            ("days", "working days"),
                            ("closes", "working days, until closing time"),
                        ],
                        default="minutes",
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ticket",
            name="calendar",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="office.workingcalendar",
                verbose_name="working calendar",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="clock_due",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="next_response_breached_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="next answer late since"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="next_response_due",
            field=models.DateTimeField(editable=False, null=True, verbose_name="next answer due"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="policy_is_chosen",
            field=models.BooleanField(default=False, editable=False, verbose_name="chosen for this ticket"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="resolution_breached_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="solution late since"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="response_breached_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="first answer late since"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="take_up_breached_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="taking up late since"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="take_up_due",
            field=models.DateTimeField(editable=False, null=True, verbose_name="to be taken up by"),
        ),
        migrations.CreateModel(
            name="Replan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                (
                    "after_event",
                    models.PositiveBigIntegerField(default=0, help_text="the newest event when it was ordered"),
                ),
                ("last_ticket", models.PositiveBigIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="office.workingcalendar",
                        verbose_name="calendar",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServiceBook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "institution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.unit"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ServicePolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_ar", models.CharField(blank=True, max_length=120, verbose_name="Arabic name")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("place", models.PositiveIntegerField(default=0, editable=False, verbose_name="order")),
                (
                    "asset_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("hardware", "Hardware"),
                            ("network", "Network"),
                            ("software", "Software"),
                            ("system", "Information system"),
                            ("website", "Website"),
                            ("consumable", "Consumables"),
                        ],
                        max_length=12,
                        verbose_name="kind of device",
                    ),
                ),
                (
                    "hours",
                    models.CharField(
                        choices=[
                            ("queue", "those of the work queue, else the ministry's own"),
                            ("own", "the working calendar named here"),
                            ("contract", "those of the contract that covers the device, else of the work queue"),
                        ],
                        default="queue",
                        max_length=10,
                        verbose_name="hours",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="office.workingcalendar",
                        verbose_name="working calendar",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        help_text="And the categories below it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="helpdesk.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="helpdesk.queue",
                        verbose_name="queue",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="And the units below it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "service policy",
                "ordering": ["place", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PolicyTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "critical"), (2, "high"), (3, "normal"), (4, "low")], verbose_name="priority"
                    ),
                ),
                (
                    "clock",
                    models.CharField(
                        choices=[
                            ("first_response", "First answer"),
                            ("next_response", "Next answer"),
                            ("resolution", "Solution"),
                        ],
                        max_length=14,
                        verbose_name="clock",
                    ),
                ),
                ("amount", models.PositiveIntegerField(verbose_name="amount")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("minutes", "working minutes"),
                            ("hours", "working hours"),
                            ("days", "working days"),
                            ("closes", "working days, until closing time"),
                        ],
                        default="minutes",
                        max_length=8,
                        verbose_name="unit",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="helpdesk.servicepolicy"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ticket",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to="helpdesk.servicepolicy",
                verbose_name="service policy",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("clock_due__isnull", False)), fields=["clock_due"], name="ticket_clock_due"
            ),
        ),
        migrations.AddField(
            model_name="teamtarget",
            name="institution",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.unit"),
        ),
        migrations.AddField(
            model_name="teamtarget",
            name="team",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="take_up", to="people.team"
            ),
        ),
        migrations.AddIndex(
            model_name="replan",
            index=models.Index(condition=models.Q(("finished_at", None)), fields=["id"], name="replans_to_do"),
        ),
        migrations.AddConstraint(
            model_name="servicepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("name_ar", ""), ("name_en", ""), _negated=True),
                name="helpdesk_servicepolicy_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hours", "own"), _negated=True), ("calendar__isnull", False), _connector="OR"
                ),
                name="own_hours_name_a_calendar",
            ),
        ),
        migrations.AddConstraint(
            model_name="policytarget",
            constraint=models.UniqueConstraint(fields=("policy", "priority", "clock"), name="one_target_per_clock"),
        ),
        migrations.AddConstraint(
            model_name="policytarget",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="a_promise_takes_time"),
        ),
        migrations.AddConstraint(
            model_name="teamtarget",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="taking_up_takes_time"),
        ),
    ]
